// The command that starts this tool, as help, reports and errors print it, so that an operator can paste it.

/** Of a checkout. Mails of the functions name it as well, since the functions are deployed from a checkout. */
let name = './pruner';

export function program(): string {
  return name;
}

/** The command line says once, before it prints anything, how it was started. */
export function setProgram(command: string): void {
  name = command;
}
