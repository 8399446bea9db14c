/** Tests run as ES modules (npm scripts pass --experimental-vm-modules), shuffled, compiled by swc. */
const common = {
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/.sandbox', '<rootDir>/.tools'],
};

export default {
  randomize: true,
  maxWorkers: 2,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/tests/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/tests/engine/', '<rootDir>/tests/systems/'],
    },
    {
      ...common,
      displayName: 'systems',
      testMatch: ['<rootDir>/tests/systems/**/*.test.ts'],
      globalSetup: '<rootDir>/tests/sandbox-setup.ts',
      globalTeardown: '<rootDir>/tests/sandbox-teardown.ts',
    },
    {
      ...common,
      displayName: 'engine',
      testMatch: ['<rootDir>/tests/engine/**/*.test.ts'],
      globalSetup: '<rootDir>/tests/sandbox-setup.ts',
      globalTeardown: '<rootDir>/tests/sandbox-teardown.ts',
    },
  ],
};
