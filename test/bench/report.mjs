import { cpus, totalmem } from 'node:os';

/** What api and worker may take each, MiB. */
const MEMORY_LIMIT_MEGABYTES = 512;

/**
 * @param {object[]} measurements as the measure-*.mjs give them
 * @param {string[]} notes what was left out or failed
 * @returns the figures as `--json` writes them
 */
export function summarize(measurements, notes) {
  return {
    at: new Date().toISOString(),
    machine: {
      processors: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      memoryGigabytes: Math.round(totalmem() / 2 ** 30),
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    },
    works: measurements.map(rate),
    memory: summarizeMemory(measurements),
    notes,
  };
}

function rate({ peaks: _peaks, ...measured }) {
  const { count, oursSeconds, baselineSeconds, floor } = measured;
  const ratio = baselineSeconds / oursSeconds;
  return {
    ...measured,
    oursPerSecond: Math.round(count / oursSeconds),
    baselinePerSecond: Math.round(count / baselineSeconds),
    ratio: Math.round(ratio * 1000) / 1000,
    isFloorMet: ratio >= floor,
  };
}

function summarizeMemory(measurements) {
  return ['api', 'worker'].flatMap((program) => {
    const peaks = measurements.map(({ peaks }) => peaks[program]).filter((peak) => peak !== undefined);
    if (peaks.length === 0) return [];
    const peakMegabytes = Math.round(Math.max(...peaks));
    return [
      {
        program,
        peakMegabytes,
        limitMegabytes: MEMORY_LIMIT_MEGABYTES,
        isLimitMet: peakMegabytes < MEMORY_LIMIT_MEGABYTES,
      },
    ];
  });
}

/** The figures for the terminal. */
export function formatReport({ machine, works, memory, notes }) {
  const rows = works.map((work) => [
    `${work.work} (${formatCount(work.count)})`,
    formatCount(work.oursPerSecond),
    formatCount(work.baselinePerSecond),
    `${work.ratio.toFixed(2)} x`,
    `${work.floor.toFixed(2)} x`,
    formatMet(work.isFloorMet),
    work.baseline,
  ]);
  const memoryRows = memory.map(({ program, peakMegabytes, limitMegabytes, isLimitMet }) => [
    `peak memory of the ${program}`,
    `${peakMegabytes} MB`,
    '',
    '',
    `${limitMegabytes} MB`,
    formatMet(isLimitMet),
    '',
  ]);
  const head = ['work', 'ours/s', 'baseline/s', 'ratio', 'floor', 'met', 'baseline'];
  const missed = [...works.map((one) => one.isFloorMet), ...memory.map((one) => one.isLimitMet)];
  const missedCount = missed.filter((isMet) => !isMet).length;
  return [
    '',
    ...alignColumns([head, ...rows, ...memoryRows]),
    '',
    `  ${machine.processors} processors (${machine.model}), ${machine.memoryGigabytes} GB, Node.js ${machine.node}`,
    ...(works.length > 0 ? ['  The ledger balanced after each of these.'] : []),
    ...notes.map((note) => `  ${note}`),
    missedCount === 0 ? '  Every floor is met.' : `  ${missedCount} of these floors NOT met.`,
    '',
  ].join('\n');
}

/** The first and the last column hold words and stand left, the others hold figures. */
function alignColumns(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const isWords = (column) => column === 0 || column === widths.length - 1;
  return rows.map((row) =>
    row
      .map((cell, column) => (isWords(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .reduce((line, cell) => `${line}  ${cell}`, '')
      .trimEnd(),
  );
}

const formatCount = (count) => count.toLocaleString('en');
const formatMet = (isMet) => (isMet ? 'yes' : 'NO');
