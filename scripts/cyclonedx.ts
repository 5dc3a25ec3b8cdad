// Writes the software bill of materials of the bundle: CycloneDX 1.6 in JSON. It holds no date and no serial number, so that
// the same bundle gives the same bytes.
import { Enums, Models, Serialize, Spec, SPDX } from '@cyclonedx/cyclonedx-library';
import manifest from '../package.json' with { type: 'json' };
import type { Bundled, BundledPackage } from './bundled.ts';

export function cyclonedx({ packages, imports }: Bundled): string {
  const components = new Map(packages.map((one) => [one.folder, componentOf(one)]));
  const refsOf = (folders: readonly string[]) => folders.flatMap((folder) => components.get(folder)?.bomRef ?? []);
  for (const { folder, imports: imported } of packages)
    for (const ref of refsOf(imported)) components.get(folder)?.dependencies.add(ref);

  const application = new Models.Component(Enums.ComponentType.Application, manifest.name, {
    bomRef: `${manifest.name}@${manifest.version}`,
    version: manifest.version,
    description: manifest.description,
    licenses: licenceOf(manifest.license),
    dependencies: new Models.BomRefRepository(refsOf(imports)),
  });
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: application }),
    components: new Models.ComponentRepository(components.values()),
  });
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function componentOf({ name, version, licence, sha512, folder }: BundledPackage): Models.Component {
  return new Models.Component(Enums.ComponentType.Library, name, {
    bomRef: folder,
    version,
    purl: purlOf(name, version),
    licenses: licenceOf(licence),
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], sha512]]),
  });
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md */
function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function licenceOf(id: string): Models.LicenseRepository {
  const isListed: boolean = SPDX.isSupportedSpdxId(id);
  if (!isListed) throw new Error(`"${id}" is no licence that SPDX lists`);
  return new Models.LicenseRepository([new Models.SpdxLicense(id)]);
}
