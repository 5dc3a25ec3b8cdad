// The names that the settings accept come from the catalogue.
import { expect, test } from 'vitest';
import { catalogue } from '../../shared/sources/catalogue.ts';
import { settingsSchema } from '../../shared/settings/schema.ts';

test('`without` accepts every source but services and tasks, and tags and usage', () => {
  const accepted = [...Object.keys(catalogue), 'tags', 'usage', 'inventory', 'ages', 'state'].filter(
    (name) => settingsSchema.safeParse({ without: [name] }).success,
  );
  const sources = Object.keys(catalogue).filter((name) => name !== 'services' && name !== 'tasks');
  expect(accepted).toEqual([...sources, 'tags', 'usage']);
});
