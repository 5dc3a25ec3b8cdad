// Writes the committed files that are generated from the code. With --check it writes nothing, lists stale files, and exits
// with 1.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import * as z from 'zod';
import { answerDocument } from '../shared/report/json/answer.ts';
import { compareDocument } from '../shared/report/compare/json.ts';
import { explainDocument } from '../shared/report/explain/json.ts';
import { historyDocument } from '../shared/report/history/schema.ts';
import { doctorJsonSchema } from '../shared/doctor/json.ts';
import { errorDocument } from '../shared/report/json/error.ts';
import { restoreDocument } from '../shared/report/restore/json.ts';
import { fleetActionsDocument, fleetDocument, fleetTargetDocument } from '../shared/report/fleet/json.ts';
import { reportDocument } from '../shared/report/json/report-schema.ts';
import { revisionLine } from '../shared/report/json/revision-lines.ts';
import { runEvent } from '../shared/report/json/run-event.ts';
import { targetsDocument } from '../shared/report/targets/json.ts';
import { savedPlanFile } from '../shared/state/saved-plan.ts';
import { settingsJsonSchema } from '../shared/settings/schema.ts';
import { dependencyDocument } from './dependency-document.ts';
import { documentsWithPassages, withPassages } from './passages.ts';
import { runs } from './passages/runs.ts';
import { emailPicture, terminalPicture } from './pictures.ts';

/** From the present text of a file (empty for a new one) to its new text. */
const files: Record<string, (now: string) => string | Promise<string>> = {
  ...Object.fromEntries(
    documentsWithPassages().map((document) => [document, (now: string) => withPassages(now, { document, runs })]),
  ),
  'pruner.schema.json': () => JSON.stringify(settingsJsonSchema()),
  'schemas/revision-line.schema.json': () => JSON.stringify(z.toJSONSchema(revisionLine)),
  'schemas/report.schema.json': () => JSON.stringify(z.toJSONSchema(reportDocument)),
  'schemas/compare.schema.json': () => JSON.stringify(z.toJSONSchema(compareDocument)),
  'schemas/targets.schema.json': () => JSON.stringify(z.toJSONSchema(targetsDocument)),
  'schemas/fleet.schema.json': () => JSON.stringify(z.toJSONSchema(fleetDocument)),
  'schemas/fleet-target.schema.json': () => JSON.stringify(z.toJSONSchema(fleetTargetDocument)),
  'schemas/fleet-actions.schema.json': () => JSON.stringify(z.toJSONSchema(fleetActionsDocument)),
  'schemas/plan.schema.json': () => JSON.stringify(z.toJSONSchema(savedPlanFile)),
  'schemas/explain.schema.json': () => JSON.stringify(z.toJSONSchema(explainDocument)),
  'schemas/history.schema.json': () => JSON.stringify(z.toJSONSchema(historyDocument)),
  'schemas/restore.schema.json': () => JSON.stringify(z.toJSONSchema(restoreDocument)),
  'schemas/answer.schema.json': () => JSON.stringify(z.toJSONSchema(answerDocument)),
  'docs/dependencies.md': dependencyDocument,
  'schemas/doctor.schema.json': () => JSON.stringify(doctorJsonSchema()),
  'schemas/run-event.schema.json': () => JSON.stringify(z.toJSONSchema(runEvent)),
  'schemas/error.schema.json': () => JSON.stringify(z.toJSONSchema(errorDocument)),
  'docs/terminal.svg': terminalPicture,
  'docs/email.svg': emailPicture,
};

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [file, made] of Object.entries(files)) {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const now = textOf(path);
  const text = await formatted(await made(now), path);
  if (text === now) continue;
  stale.push(file);
  if (!check) writeFileSync(path, text);
}
if (stale.length > 0) console.log(`${check ? 'stale, run npm run generate' : 'written'}: ${stale.join(', ')}`);
if (check && stale.length > 0) process.exitCode = 1;

/** Formats as `npm run format` does. Prettier does not know every kind of file. */
async function formatted(text: string, path: string): Promise<string> {
  const { inferredParser } = await prettier.getFileInfo(path);
  if (inferredParser === null) return text;
  return prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path });
}

/** Empty for a file that does not exist yet. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
