import { writeFile } from 'node:fs/promises';
import { generateCustomerFile, type CustomerFile } from './customer-file.js';
import { Findings } from './findings.js';
import { HttpClient } from './http-client.js';
import { Narrator } from './narrator.js';
import { HELP, readOptions, type DemoOptions } from './options.js';
import { isCarillonAt, OwnInstance } from './own-instance.js';
import { formatTable, type Figures } from './report-table.js';
import { SimulatedPhones } from './simulated-phones.js';
import { tellStory } from './story.js';

const EXIT_INTERRUPTED = 130;

/** @returns whether everything was as expected */
async function main(): Promise<boolean> {
  const options = readOptions(process.argv.slice(2));
  if (options.isHelp) {
    console.log(HELP);
    return true;
  }
  const narrator = new Narrator(options.isJson ? process.stderr : process.stdout);
  const file = await narrator.step(
    'A customer list is made',
    async () => generateCustomerFile(options),
    ({ counts }) => `${counts.rows} rows, ${options.encoding}, seed ${options.seed}`,
  );
  if (options.filePath !== undefined) {
    await writeFile(options.filePath, file.content);
    narrator.say(`             ${options.filePath} holds ${JSON.stringify(file.counts)}`);
    return true;
  }
  const own = await findOrStartInstance(options, narrator);
  const stop = () => void own?.stop().finally(() => process.exit(EXIT_INTERRUPTED));
  if (own) process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await play(own?.url ?? options.url, options, file, narrator);
  } catch (error) {
    if (own) narrator.say(`\n  The instance printed last:\n\n${own.output}`);
    throw error;
  } finally {
    if (own) await narrator.step('Carillon stops', () => own.stop());
  }
}

/** @returns an instance of our own when none answers */
async function findOrStartInstance(
  options: DemoOptions,
  narrator: Narrator,
): Promise<OwnInstance | undefined> {
  if (await isCarillonAt(options.url)) {
    narrator.say(`             Carillon answers at ${options.url}`);
    return undefined;
  }
  if (options.isUrlGiven) throw new Error(`No Carillon answers at ${options.url}.`);
  return narrator.step(
    'No Carillon is running: one starts',
    () => OwnInstance.start(options.dataDir),
    ({ url }) => url,
  );
}

async function play(
  url: string,
  options: DemoOptions,
  file: CustomerFile,
  narrator: Narrator,
): Promise<boolean> {
  const client = new HttpClient(url);
  const findings = new Findings();
  const tools = { client, narrator, findings, phones: new SimulatedPhones(new HttpClient(url)) };
  try {
    const figures = await tellStory(tools, {
      file,
      admin: new HttpClient(url),
      adminCredentials: options.admin,
    });
    narrator.say(`\n${formatTable(figures)}\n`);
    if (options.isJson) console.log(JSON.stringify(figures satisfies Figures, null, 2));
  } finally {
    for (const sentence of findings.sentences) narrator.say(`  MISMATCH   ${sentence}`);
    const unlisted = findings.mismatches - findings.sentences.length;
    if (unlisted > 0) narrator.say(`             and ${unlisted} more`);
  }
  return findings.mismatches === 0;
}

main().then(
  (isAsExpected) => {
    process.exitCode = isAsExpected ? 0 : 1;
  },
  (error: unknown) => {
    console.error(`\n  The demo failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
