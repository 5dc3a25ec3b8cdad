// `pruner doctor` under roles that each lack one permission of the reading half.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { needs } from '../../shared/permissions.ts';
import { document, pruner, web } from '../cli/pruner.ts';

const shape = z.object({
  checks: z.array(z.object({ name: z.string(), status: z.string(), saw: z.string() })),
});
const reading = needs()
  .filter(({ purpose, setting }) => purpose === 'reading' && setting === undefined)
  .flatMap(({ permissions }) => permissions)
  // Cloud Control asks for these in the caller's name.
  .filter((permission) => !/Subscribers?$/.test(permission));

test.each([...new Set(reading)])(
  'a role without %s is told so, and the exit code is 1',
  async (permission) => {
    const operation = permission.split(':')[1] ?? '';
    const run = await pruner('doctor --json', {
      account: web().task('prod', 'web:4'),
      prepare: ({ faults }) => void faults.add({ kind: 'deny', operation }),
    });
    const { checks } = shape.parse(document(run));
    const line = checks.find(({ name }) => name === permission);
    expect(`${line?.status}: ${line?.saw}`).toMatch(
      /^differs: denied: (AccessDenied|AccessDeniedException)$/,
    );
    expect(run.code).toBe(1);
  },
);
