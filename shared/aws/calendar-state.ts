// Asks Systems Manager for the state of change calendars.
import type { Aws } from './connect.ts';
import { Tally } from './tally.ts';

export interface CalendarState {
  /** Absent where AWS answers anything else. */
  readonly state?: 'OPEN' | 'CLOSED';
  /** When the state changes next, as AWS writes it; absent where AWS does not say. */
  readonly until?: string;
}

/** Several calendars are open only if each is. Without a time, AWS uses its own clock.
 *  https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCalendarState.html
 *  @throws the error of AWS */
export async function readCalendarState(aws: Aws, names: readonly string[]): Promise<CalendarState> {
  const { GetCalendarStateCommand, SSMClient } = await import('./ssm-client.ts');
  const client = aws.unsearchedClient(new Tally(), (settings) => new SSMClient(settings));
  const { State, NextTransitionTime } = await client.send(new GetCalendarStateCommand({ CalendarNames: [...names] }));
  return {
    ...(State === 'OPEN' || State === 'CLOSED' ? { state: State } : {}),
    ...(NextTransitionTime === undefined ? {} : { until: NextTransitionTime }),
  };
}
