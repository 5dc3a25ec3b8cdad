// The types of hcl2-parser, which has none.
declare module 'hcl2-parser' {
  /** @returns the configuration as Terraform’s JSON, and the error */
  function parseToObject(text: string): [unknown, string | null];
  export = { parseToObject };
}
