// The software bill of materials against the bundle that it describes, and the reasons for dependencies against package.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import nodeManifest from '../../scripts/node/package.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import { type Bundled, bundledPackages, identityOf } from '../../scripts/bundled.ts';
import { cyclonedx } from '../../scripts/cyclonedx.ts';
import { reasons } from '../../scripts/dependencies.ts';
import { locked } from '../../scripts/locked.ts';
import { bundleOnce, hubBundleOnce } from '../support/bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const jsonOf = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** Licences that require only a notice. */
const permissive = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0'];

const sbomSchema = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string(), version: z.string() }) }),
  components: z.array(
    z.looseObject({
      name: z.string(),
      version: z.string(),
      purl: z.string(),
      'bom-ref': z.string(),
      licenses: z.tuple([z.looseObject({ license: z.looseObject({ id: z.string() }) })]),
      hashes: z.tuple([z.looseObject({ alg: z.literal('SHA-512'), content: z.string() })]),
    }),
  ),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

describe('the software bill of materials', () => {
  let inputs: string[];
  let bundled: Bundled;
  let sbom: z.infer<typeof sbomSchema>;
  beforeAll(async () => {
    const { metafile } = await bundleOnce();
    inputs = Object.values(metafile.outputs).flatMap((output) =>
      Object.keys(output.inputs).filter((input) => (output.inputs[input]?.bytesInOutput ?? 0) > 0),
    );
    bundled = bundledPackages(metafile);
    sbom = sbomSchema.parse(JSON.parse(cyclonedx(bundled)));
  }, 60_000);

  test('lists every package that has bytes in the bundle, with its version, and no other package', () => {
    const folders = inputs.flatMap((input) => {
      const parts = input.split('/');
      const at = parts.lastIndexOf('node_modules');
      return at < 0 ? [] : [parts.slice(0, at + (parts[at + 1]?.startsWith('@') ? 3 : 2)).join('/')];
    });
    const held = [...new Set(folders)].map((folder) => {
      const { name, version } = z
        .looseObject({ name: z.string(), version: z.string() })
        .parse(jsonOf(`${folder}/package.json`));
      return `${folder}: ${name}@${version}`;
    });
    expect(held.length).toBeGreaterThan(40);
    const listed = sbom.components.map((one) => `${one['bom-ref']}: ${one.name}@${one.version}`);
    expect(listed.sort()).toEqual(held.sort());
  });

  test('lists every package of the hub’s bundle as well, so that a release has one for both zips', async () => {
    const { metafile } = await hubBundleOnce();
    const listed = new Set(sbom.components.map((one) => one['bom-ref']));
    const { packages } = bundledPackages(metafile);
    expect(packages.length).toBeGreaterThan(20);
    expect(packages.map(({ folder }) => folder).filter((folder) => !listed.has(folder))).toEqual([]);
  });

  test('has the hash of each package that package-lock.json has', () => {
    const lock = locked();
    for (const { 'bom-ref': folder, hashes } of sbom.components) {
      const integrity = `sha512-${Buffer.from(hashes[0].content, 'hex').toString('base64')}`;
      expect(`${folder} ${integrity}`).toBe(`${folder} ${lock[folder]?.integrity}`);
    }
  });

  test('has only permissive licences', () => {
    const others = sbom.components.filter(({ licenses }) => !permissive.includes(licenses[0].license.id));
    expect(others.map(({ name }) => name)).toEqual([]);
  });

  test('identifies a package by its package URL', () => {
    const purls = sbom.components.map(({ purl }) => purl);
    expect(purls).toContain(`pkg:npm/zod@${manifest.devDependencies.zod}`);
    expect(purls).toContain(`pkg:npm/%40middy/core@${manifest.devDependencies['@middy/core']}`);
  });

  test('has the reason for each package in the bundle', () => {
    const { component } = sbom.metadata;
    const reached = new Set([component['bom-ref']]);
    for (const ref of reached)
      for (const next of sbom.dependencies.find((one) => one.ref === ref)?.dependsOn ?? []) reached.add(next);
    expect(sbom.components.map((one) => one['bom-ref']).filter((ref) => !reached.has(ref))).toEqual([]);
    const own = sbom.dependencies.find(({ ref }) => ref === component['bom-ref'])?.dependsOn ?? [];
    const declared = new Set(Object.keys(manifest.devDependencies).map((name) => `node_modules/${name}`));
    expect(own.filter((folder) => !declared.has(folder))).toEqual([]);
  });

  test('is the same text for the same bundle', () => {
    const reversed = { packages: bundled.packages.toReversed(), imports: bundled.imports.toReversed() };
    expect(cyclonedx(reversed)).toBe(cyclonedx(bundled));
    expect(sbom).not.toHaveProperty('serialNumber');
    expect(sbom.metadata).not.toHaveProperty('timestamp');
  });

  test('is valid by the schema of CycloneDX 1.6', () => {
    const schemaOf = (name: string) =>
      z
        .looseObject({})
        .parse(jsonOf(`node_modules/@cyclonedx/cyclonedx-library/res/schema/${name}.SNAPSHOT.schema.json`));
    const ajv = new Ajv({ strict: false });
    // The schema refers to these by the names of the files, from its own address.
    for (const name of ['spdx', 'jsf-0.82'])
      ajv.addSchema(schemaOf(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    addFormats.default(ajv);
    for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true);
    const validate = ajv.compile(schemaOf('bom-1.6'));
    validate(sbom);
    expect(validate.errors).toBe(null);
    expect(validate({ ...sbom, components: [{ name: 'without a type' }] })).toBe(false);
  });
});

test('the SBOM omits a package without bytes in the bundle and lists two versions as two packages', () => {
  const inputOf = (bytesInOutput: number) => ({ bytesInOutput });
  const output = {
    bytes: 0,
    imports: [],
    exports: [],
    inputs: {
      'functions/prune.ts': inputOf(1),
      'node_modules/zod/index.js': inputOf(1),
      'node_modules/yaml/browser/dist/index.js': inputOf(0),
      'node_modules/commander/index.js': inputOf(1),
      'node_modules/@stryker-mutator/core/node_modules/commander/index.js': inputOf(1),
    },
  };
  const { packages } = bundledPackages({ inputs: {}, outputs: { 'dist/prune.mjs': output } });
  expect(packages.map(({ folder }) => folder)).toEqual([
    'node_modules/@stryker-mutator/core/node_modules/commander',
    'node_modules/commander',
    'node_modules/zod',
  ]);
  const versions = packages.filter(({ name }) => name === 'commander').map(({ version }) => version);
  expect(new Set(versions).size).toBe(2);
});

test('the SBOM refuses a package that differs from package-lock.json or has no hash there', () => {
  const own = { name: 'a', version: '1.0.1', license: 'MIT' };
  const integrity = 'sha512-AAAA';
  expect(identityOf('node_modules/a', own, { version: '1.0.1', integrity }).sha512).toBe('000000');
  expect(() => identityOf('node_modules/a', own, { version: '1.0.0', integrity })).toThrow(
    'node_modules/a holds version 1.0.1, but package-lock.json has 1.0.0',
  );
  expect(() => identityOf('node_modules/a', own, undefined)).toThrow('package-lock.json has none');
  expect(() => identityOf('node_modules/a', own, { version: '1.0.1' })).toThrow('no SHA-512');
  expect(() => identityOf('node_modules/a', own, { version: '1.0.1', integrity: 'sha1-AAAA' })).toThrow('no SHA-512');
});

describe('direct dependencies', () => {
  const versions: Record<string, string> = {
    ...manifest.devDependencies,
    ...nodeManifest.optionalDependencies,
  };

  test('each have one sentence as a reason, and no other reason exists', () => {
    expect(Object.keys(reasons).sort()).toEqual(Object.keys(versions).sort());
    expect(Object.values(reasons).filter((reason) => !/^[A-Z].{10,}\.$/.test(reason))).toEqual([]);
  });

  test('each have one exact version, with a hash and a permissive licence in package-lock.json', () => {
    const lock = locked();
    for (const [name, version] of Object.entries(versions)) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      const entry = lock[`node_modules/${name}`];
      expect({ name, version: entry?.version }).toEqual({ name, version });
      expect(entry?.integrity).toMatch(/^sha512-/);
      // It checks the page in tests, and its files may be changed and passed on only under its own licence: neither happens.
      expect(name === 'axe-core' ? [...permissive, 'MPL-2.0'] : permissive).toContain(entry?.license);
    }
  });
});
