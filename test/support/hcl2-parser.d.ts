// The types of hcl2-parser, which has none.
declare module 'hcl2-parser' {
  /** @returns the configuration as Terraform’s JSON, or null, and an error without a text */
  function parseToObject(text: string): [unknown, object | null];
  export = { parseToObject };
}
