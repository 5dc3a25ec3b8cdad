// Parses settings from YAML or JSON. Apart from parse.ts, because it loads a YAML parser.
import { parseSettings } from './parse.ts';
import type { Settings } from './schema.ts';
import { readYaml } from './yaml.ts';

/** @param name the place of the text in messages
 *  @throws SettingsError */
export function parseSettingsText(text: string, name: string): Settings {
  const { value, lineOf, faults } = readYaml(text);
  const problems = faults.map(({ line, path, message }) => ({ file: name, line, path, message }));
  return parseSettings(value, name, { lineOf, problems });
}
