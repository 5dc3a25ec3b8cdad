// Writes the files that are made from the code and committed. With --check it writes nothing, names those that are stale
// and ends with 1. One line in `files` a file.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { explainJsonSchema } from '../shared/report/explain-json.ts';
import { reportJsonSchema } from '../shared/report/schema.ts';
import { settingsJsonSchema } from '../shared/settings/schema.ts';

const files: Record<string, () => string> = {
  'pruner.schema.json': () => JSON.stringify(settingsJsonSchema()),
  'shared/report/report.schema.json': () => JSON.stringify(reportJsonSchema()),
  'shared/report/explain.schema.json': () => JSON.stringify(explainJsonSchema()),
};

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [file, made] of Object.entries(files)) {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const text = await prettier.format(made(), { ...(await prettier.resolveConfig(path)), filepath: path });
  if (text === textOf(path)) continue;
  stale.push(file);
  if (!check) writeFileSync(path, text);
}
if (stale.length > 0)
  console.log(`${check ? 'stale, run npm run generate' : 'written'}: ${stale.join(', ')}`);
if (check && stale.length > 0) process.exitCode = 1;

/** Empty for a file that is not there yet. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
