// Fails when an import points against the layer order (type imports count). The order is DESIGN in docs/architecture.md.
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';

/** What each top folder of src/ may import besides itself. */
const ALLOWED = {
  common: [],
  types: ['common'],
  parser: ['types', 'common'],
  functions: ['types', 'common'],
  catalog: ['parser', 'types', 'common', 'functions'],
  planner: ['catalog', 'functions', 'parser', 'types', 'common'],
  runtime: ['types', 'common'],
  codegen: ['planner/expression', 'runtime/batch', 'functions', 'types', 'common'],
  'dataflow-builder': ['planner/dataflow', 'planner/expression', 'codegen', 'runtime', 'functions', 'types', 'common'],
  connectors: ['runtime', 'types', 'common'],
  serving: ['dataflow-builder', 'connectors', 'codegen', 'runtime', 'planner', 'functions', 'catalog', 'types', 'common'],
  engine: [
    'serving',
    'dataflow-builder',
    'connectors',
    'codegen',
    'runtime',
    'planner',
    'catalog',
    'functions',
    'parser',
    'types',
    'common',
  ],
  'pgwire/protocol': ['types', 'common'],
  pgwire: ['engine/api.ts', 'types', 'common'],
  cli: ['engine/api.ts', 'pgwire/protocol', 'types', 'common', 'config'],
  config: ['common'],
};

function* sources(dir) {
  for (const entry of readdirSync(dir, {withFileTypes: true})) {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'assembly') yield* sources(file);
    } else if (entry.name.endsWith('.ts')) yield file;
  }
}

const within = (target, scope) => target === scope || target.startsWith(`${scope}/`);

function ruleFor(file) {
  const scopes = Object.keys(ALLOWED).filter(scope => within(file, scope));
  return scopes.sort((a, b) => b.length - a.length)[0];
}

const problems = [];
for (const absolute of sources('src')) {
  const file = path.relative('src', absolute);
  if (path.basename(file) === 'index.ts') problems.push(`${file}: barrels are not used`);
  const scope = ruleFor(file);
  const isTest = file.endsWith('.test.ts') || file.includes('/testing/');
  if (scope === undefined || isTest) continue;
  for (const [, target] of readFileSync(absolute, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
    const resolved = path.relative('src', path.resolve(path.dirname(absolute), target));
    if (resolved.startsWith('..')) continue;
    const allowed = within(resolved, scope) || ALLOWED[scope].some(other => within(resolved, other));
    if (!allowed) problems.push(`${file} may not import ${resolved}`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log('layers: ok');
