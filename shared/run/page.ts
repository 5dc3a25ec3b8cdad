// Stores the page of a run beside its report, where the state store is a bucket: the S3 console opens it there.
import { describeError } from '../aws/errors.ts';
import { consoleAddress } from '../report/html/console-address.ts';
import type { Report } from '../report/model/report.ts';
import type { OpenRun } from './context.ts';

/** A page that cannot be made or stored is a note of the report, and changes nothing else.
 *  @returns the report with the address of its page */
export async function addPage(report: Report, run: Pick<OpenRun, 'progress' | 'target'> | undefined): Promise<Report> {
  const at = run?.progress.pageAt;
  if (run === undefined || at === undefined) return report;
  const page = consoleAddress(at, run.target);
  if (page === undefined) return report;
  try {
    const { printPage } = await import('../report/html/page.ts');
    await run.progress.savePage(printPage(report));
    return { ...report, run: { ...report.run, page } };
  } catch (error) {
    const note = `The page of this run was not stored: ${describeError(error)}`;
    return { ...report, notes: [...report.notes, note] };
  }
}
