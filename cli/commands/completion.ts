import { defineCommand, describeOperands } from '../command.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export const completion = defineCommand({
  name: 'completion',
  operands: '<bash|zsh|fish>',
  operandValues: shells,
  summary: 'Prints a script that completes commands, options and their values in a shell.',
  examples: [
    ['completion bash >> ~/.bashrc', 'for every new bash'],
    ['completion zsh > ~/.zfunc/_ecs-revision-pruner', 'in a folder of the fpath of zsh'],
    ['completion fish >> ~/.config/fish/config.fish', 'for every new fish'],
  ],
  options: {},
  read: (operands) => {
    const shell = shells.find((name) => name === operands[0]);
    return shell === undefined || operands.length > 1
      ? { problems: [`completion: given ${describeOperands(operands)}, allowed: ${shells.join(', ')}`] }
      : { problems: [], operands: { shell } };
  },
  run: async (given, context) => (await import('../actions/completion.ts')).completion(given, context),
});
