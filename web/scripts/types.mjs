// Writes src/api/schema.ts from docs/openapi.json, so that the page is compiled against what the API answers.
import { readFile, writeFile } from 'node:fs/promises';
import openapi, { astToString } from 'openapi-typescript';

const description = new URL('../../docs/openapi.json', import.meta.url);
const target = new URL('../src/api/schema.ts', import.meta.url);

// HEAD has the name of its GET, which the generator does not take.
const plain = (value) => {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'head').map(([key, one]) => [key, plain(one)]));
};

const nodes = await openapi(plain(JSON.parse(await readFile(description, 'utf8'))));
const text = `// Made from docs/openapi.json by scripts/types.mjs.\n${astToString(nodes)}`;
if ((await readFile(target, 'utf8').catch(() => '')) !== text) await writeFile(target, text);
