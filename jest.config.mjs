/** Library names are listed so that the "#name" imports inside node_modules keep their own meaning. */
const libs =
  'domain|contracts|platform|smpp|adapters|accounts|credits|payments|contacts|messaging|campaigns|otp|webhooks|onboarding|testing';

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.e2e-spec.ts', '**/*.scenario-spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  moduleNameMapper: {
    [`^#(${libs})$`]: '<rootDir>/libs/$1/index.ts',
    '^#apps/(.*)$': '<rootDir>/apps/$1/index.ts',
    '^(\\.{1,2}/.*)(?<!\\.json)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  globalSetup: '<rootDir>/test/setup/global-setup.mjs',
  globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
  testTimeout: 60_000,
};
