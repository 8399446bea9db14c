/** The rooms and what each may import (docs/architecture.md). diagnostics may be imported by all. */
const rooms = {
  diagnostics: [],
  lifecycle: ['diagnostics'],
  inventory: ['diagnostics', 'lifecycle'],
  stacks: ['diagnostics', 'lifecycle', 'inventory', 'components', 'sdk'],
  components: ['diagnostics', 'lifecycle', 'inventory', 'sdk'],
  sdk: ['diagnostics', 'lifecycle', 'evidence'],
  provider: ['diagnostics', 'lifecycle', 'evidence', 'connectors'],
  connectors: ['diagnostics', 'lifecycle'],
  evidence: ['diagnostics', 'lifecycle'],
  adopt: ['diagnostics', 'lifecycle', 'inventory', 'connectors', 'evidence'],
  cli: [
    'diagnostics',
    'lifecycle',
    'inventory',
    'stacks',
    'components',
    'sdk',
    'connectors',
    'evidence',
    'adopt',
    'provider',
  ],
};

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'product-never-imports-sandbox',
      severity: 'error',
      from: { pathNot: '^(sandbox|tests|bench)/' },
      to: { path: '^(sandbox|tests|bench)/' },
    },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room}-imports-only-its-neighbours`,
      severity: 'error',
      from: { path: `^${room}/` },
      to: {
        dependencyTypesNot: ['core'],
        path: '^[a-z]+/',
        pathNot: `^(node_modules|${[room, ...allowed].join('|')})/`,
      },
    })),
    ...Object.keys(rooms).map((room) => ({
      name: `${room}-is-entered-by-its-index`,
      severity: 'error',
      from: { path: '^[a-z]+(/|\\.ts)', pathNot: `^(${room}|tests|sandbox|bench|node_modules)/` },
      to: { path: `^${room}/`, pathNot: `^${room}/index\\.ts$` },
    })),
    {
      name: 'program-imports-four-rooms',
      severity: 'error',
      from: { path: '^index\\.ts$' },
      to: { path: '^[a-z]+/', pathNot: '^(node_modules|inventory|lifecycle|stacks|sdk)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.sandbox|\\.tools)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node'] },
  },
};
