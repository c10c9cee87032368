/**
 * The house rules of docs/ARCHITECTURE.md as a check. Imports run one way:
 * apps -> features -> platform, contracts -> domain; adapters -> domain, smpp.
 */
const features = [
  'accounts',
  'credits',
  'payments',
  'contacts',
  'messaging',
  'campaigns',
  'otp',
  'webhooks',
  'onboarding',
];

/** What each feature may import of the other features ("->" includes what the right side may import). */
const direct = {
  accounts: [],
  credits: ['accounts'],
  payments: ['credits'],
  contacts: ['accounts'],
  messaging: ['credits', 'contacts', 'accounts'],
  campaigns: ['messaging', 'contacts', 'credits'],
  otp: ['messaging', 'credits'],
  webhooks: ['accounts'],
  onboarding: ['accounts', 'otp', 'credits'],
};
const reach = (feature, seen = new Set()) => {
  for (const next of direct[feature]) if (!seen.has(next)) reach(next, seen.add(next));
  return seen;
};
const lib = (names) => `^libs/(${names.join('|')})/`;
const tests = '(spec\\.ts$)|(^libs/testing/)|(^test/)';

const only = (name, from, allowedLibs) => ({
  name: `${name}-imports-downwards`,
  comment: `${name} may import only: ${allowedLibs.join(', ') || 'nothing of this repository'}. Move the shared rule down, or react to an outbox event.`,
  severity: 'error',
  from: { path: from, pathNot: tests },
  to: {
    path: '^(libs|apps|migrations|test)/',
    pathNot: [from, ...(allowedLibs.length ? [lib(allowedLibs)] : [])],
  },
});

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Cycles (type imports included) are never allowed.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-deep-imports',
      comment: 'Import another library through its index.ts.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/.+', pathNot: ['^libs/[^/]+/index\\.ts$', '^$1/$2/'] },
    },
    {
      name: 'no-test-code-in-the-product',
      comment: 'libs/testing and test/ serve tests alone.',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: tests },
      to: { path: '^(libs/testing|test)/' },
    },
    {
      name: 'api-knows-no-infrastructure',
      comment: 'The api is HTTP only: no SQL, no queue types, no vendor SDK.',
      severity: 'error',
      from: { path: '^apps/api/', pathNot: tests },
      to: { path: '^node_modules/(pg|typeorm|bullmq|ioredis|stripe)/' },
    },
    only('domain', '^libs/domain/', []),
    only('smpp', '^libs/smpp/', []),
    only('contracts', '^libs/contracts/', ['domain']),
    only('platform', '^libs/platform/', ['contracts', 'domain']),
    only('adapters', '^libs/adapters/', ['domain', 'smpp']),
    ...features.map((feature) =>
      only(feature, `^libs/${feature}/`, [...reach(feature), 'platform', 'contracts', 'domain']),
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^dist/)|(^apps/dashboard/)' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
