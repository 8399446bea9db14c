import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules/', '.sandbox/', '.tools/', '**/*.{js,cjs}'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-console': 'error',
      // Stripped of its types, `import { type A } from` is still an import: it loads the module.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // `{ left, ...rest }` is how a field is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
);
