// The compiler checks types; this checks what compiles and is wrong all the same, and the habits of the house.
import js from '@eslint/js'
import { globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export it by its name: one name everywhere, and no guessing at the import.',
}
const environment = {
  object: 'process',
  property: 'env',
  message: 'Only config.ts reads the environment; take the value from Config.',
}

export default tseslint.config(
  globalIgnores(['dist/', '.data/', 'coverage/', 'src/database/generated/']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // `${count}` is how numbers are written into sentences.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `return next(error)` and `() => resolve(x)` say what they mean.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // It takes a value that a callback or a signal changes meanwhile for a constant one.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Code points are what we count in names and notes.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-non-null-assertion': 'warn',
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Express's requests are IncomingMessages that its types describe as something wider.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Express's own types want promises where a handler returns one.
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false } },
      ],
      // Rows come from SQL, and only the caller knows their shape: `rows<Row>(…)`.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/only-throw-error': 'error',
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': ['error', noDefaultExport],
      'max-lines': ['warn', 300],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config.ts'],
    rules: { 'no-restricted-properties': ['error', environment] },
  },
  { files: ['*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // Commands talk to people; so do benchmarks.
  {
    files: ['scripts/**/*.ts', 'test/bench/**/*.ts', 'test/browser/screenshots.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A missing element fails the test at once, and that is what a test is for.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Methods are taken from objects to be called the wrong way on purpose, or are the browser's own.
      '@typescript-eslint/unbound-method': 'off',
      'max-lines': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        URL: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  {
    files: ['views/**/*.js'],
    languageOptions: {
      sourceType: 'module',
      globals: Object.fromEntries(
        [
          'window',
          'addEventListener',
          'addEventListener',
          'document',
          'EventSource',
          'fetch',
          'location',
          'Intl',
          'sessionStorage',
          'localStorage',
          'FormData',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'history',
          'navigator',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
)
