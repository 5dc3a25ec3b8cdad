// The part of the demonstration's account that no run can resolve: a state machine that computes what it starts. The mail of
// the story has the settings line that leaves it out.
import type { Settings } from '../shared/settings/schema.ts';

/** The families to which it may resolve. */
export const COMPUTED_FAMILIES = 'reports-*';
const STATE_MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:reports';

/** The settings of an operator who has followed that mail. */
export function withoutComputed(settings: Settings): Settings {
  return {
    ...settings,
    without: [...settings.without, STATE_MACHINE],
    overrides: [...settings.overrides, { families: COMPUTED_FAMILIES, protect: true }],
  };
}
