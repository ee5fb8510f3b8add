// Which way things point (docs/ and the README say why; this only holds it).
const tests = '^test/'
const mysql2Homes = '^(src/(database|mysql-server|transfer|migration|backup|local-aws)/|test/)'
const capabilities = 'basket|counter|menu|orders|pickup|reports'

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-imports-the-process',
      comment:
        'server.ts and scripts/ are the top: what they need from below is imported, never the reverse.',
      severity: 'error',
      from: { path: '^(src|prisma)/', pathNot: '^src/(server\\.ts$|start/)' },
      to: { path: '^(scripts/|src/server\\.ts$|src/start/)' },
    },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: '^(src|scripts|prisma)/' },
      to: { path: tests },
    },
    {
      name: 'express-at-the-edge',
      comment:
        'What a page decides can be used by a command too, because it knows nothing of requests.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(app\\.ts$|web/|local-aws/|lab/|[^/]+/[a-z-]*routes\\.ts$)',
      },
      to: { path: '^node_modules/(@types/)?express/' },
    },
    {
      name: 'mysql2-only-where-servers-are-spoken-to',
      severity: 'error',
      from: { pathNot: mysql2Homes },
      to: { path: '^node_modules/mysql2/' },
    },
    {
      name: 'prisma-packages-only-in-database',
      comment: 'Capabilities use the client that database/ opened (db.prisma), never the packages.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/database/' },
      to: { path: '^node_modules/@prisma/' },
    },
    {
      name: 'generated-client-not-in-routes',
      comment: 'Queries and verbs may name its types; a page sees what they return.',
      severity: 'error',
      from: { path: '^src/(app\\.ts$|web/|start/|mysql-server/|[^/]+/[a-z-]*routes\\.ts$)' },
      to: { path: '^src/database/generated/' },
    },
    {
      name: 'capabilities-keep-their-pages',
      comment:
        'A capability is used through its verbs and queries (an order reads the menu and writes basket and slot), never through its routes.',
      severity: 'error',
      from: { path: `^src/(${capabilities})/` },
      to: { path: `^src/(${capabilities})/[a-z-]*routes\\.ts$`, pathNot: '^src/$1/' },
    },
    {
      name: 'ground-floor-knows-no-capability',
      comment: 'database/, mysql-server/ and web/ serve every capability and know none.',
      severity: 'error',
      from: { path: '^src/(database|mysql-server|web)/' },
      to: { path: `^src/(${capabilities}|start)/|^src/app\\.ts$` },
    },
    {
      name: 'servers-do-not-need-the-pages',
      severity: 'error',
      from: { path: '^src/(database|mysql-server)/' },
      to: { path: '^src/web/' },
    },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      from: { path: '^(src|prisma/seed)/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: '^node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^src/database/generated'] },
    exclude: { path: ['^dist/', '^src/database/generated/.*\\.js$'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true, // an import of a type is a direction too
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default', 'require'],
    },
  },
}
