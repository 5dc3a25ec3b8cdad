/** The lines of one part of a report. The first line is its heading, or begins with it. */
export type Section = readonly string[];
