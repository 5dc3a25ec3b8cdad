// Passages that run the product against the sandbox, which takes seconds. Only `npm run generate` loads them.
import { parse } from 'yaml';
import * as z from 'zod';
import { printExplanation } from '../../shared/report/explain/text.ts';
import { printPlan } from '../../shared/report/terminal/plan.ts';
import { demonstrated, explained } from '../demonstration.ts';
import { excerpt } from '../excerpt.ts';
import type { RunName } from '../passages.ts';
import { answer, screen, settingsAbove } from './console.ts';
import type { Maker } from './passage.ts';

export const runs: Readonly<Record<RunName, Maker>> = {
  plan: async ({ words, before }) => {
    const settings = z.looseObject({}).parse(parse(settingsAbove(before)));
    const { report } = await demonstrated({ dryRun: true, settings });
    const { rows, leftOut } = excerpt(printPlan(report, screen, { all: true }), words);
    return answer('./pruner plan', [...rows, leftOutLine(leftOut)].join('\n'));
  },
  'plan-picture': async ({ words }) => {
    const { report } = await demonstrated({ dryRun: true });
    const { before, rows, leftOut, after } = excerpt(printPlan(report, screen), words);
    const lines = [...before, ...rows, leftOutLine(leftOut), ...after.slice(after.lastIndexOf(''))];
    return answer('./pruner plan', lines.join('\n'));
  },
  explain: async ({ words: [family = '', number = ''] }) => {
    const explanation = await explained({ family, number: Number(number) });
    return answer(`./pruner explain ${family}:${number}`, printExplanation(explanation, screen));
  },
};

function leftOutLine(count: number): string {
  return `  ... (${count} other lines)`;
}
