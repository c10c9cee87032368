/**
 * Runs before `npm start` and `npm test`, on plain Node.js: installs the packages when they are missing or the
 * lock file changed, and builds when a source is newer than the last build. Does nothing when all is fresh.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Carillon needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
}
installWhenStale();
buildWhenStale();

function installWhenStale() {
  const stamp = join(root, 'node_modules', '.carillon-lock');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing packages (once per change of package-lock.json) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, wanted);
}

function buildWhenStale() {
  const stamp = join(root, 'dist', '.built');
  const sources = ['apps', 'libs', 'migrations'].flatMap((folder) => listFiles(join(root, folder)));
  const inputs = [...sources, join(root, '.swcrc'), join(root, 'package.json')].sort();
  const digest = createHash('sha256');
  for (const file of inputs) digest.update(`${file}:${statSync(file).mtimeMs}\n`);
  const wanted = digest.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Building …');
  run('npm', ['run', '--silent', 'build']);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, wanted);
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function run(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) fail(`${command} ${args.join(' ')} failed.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
