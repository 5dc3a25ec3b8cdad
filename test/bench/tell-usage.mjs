// Loaded into a measured process with `--import`. At its end it writes its memory and CPU to file descriptor 3. Plain JavaScript, since
// the removal of types would count as memory of that process.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(3, JSON.stringify({ peakKilobytes: maxRSS, cpuMicroseconds: userCPUTime + systemCPUTime }));
});
