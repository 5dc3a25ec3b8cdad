export type PolicyDocument = { Statement: unknown };
/** Stand-in: everything is allowed until policies are evaluated here. */
export function allows(
  _policies: PolicyDocument[],
  _request: { action: string; resource: string; context: Record<string, string> },
): boolean {
  return true;
}
