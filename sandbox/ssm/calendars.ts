import { arnIn, type Place } from '../place.ts';

export interface Calendar {
  /** The name, or the ARN of a calendar that another account shares. */
  readonly Name: string;
  /** Absent: the calendar has an entry that Systems Manager does not support. */
  readonly State?: 'OPEN' | 'CLOSED';
  readonly NextTransitionTime?: string;
}

export class Calendars {
  readonly #byArn = new Map<string, Calendar>();
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  put(calendar: Calendar): void {
    this.#byArn.set(this.arn(calendar.Name), calendar);
  }

  arn(nameOrArn: string): string {
    return nameOrArn.startsWith('arn:') ? nameOrArn : arnIn(this.#place, 'ssm', `document/${nameOrArn}`);
  }

  named(nameOrArn: string): Calendar | undefined {
    return this.#byArn.get(this.arn(nameOrArn));
  }
}
