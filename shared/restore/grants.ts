// Lists the images, roles and host privileges of a definition, which the operator sees before consenting. Pure.
import { isObject } from '../domain/objects.ts';
import type { Definition } from './compare.ts';
import type { Grants } from './results.ts';

export function listGrants({ definition }: Pick<Definition, 'definition'>): Grants {
  const containers = listIn(definition, 'containerDefinitions');
  const roles = ['taskRoleArn', 'executionRoleArn'].flatMap((member) =>
    textsIn(definition, member).map((arn) => `${member} ${arn}`),
  );
  const modes = ['networkMode', 'pidMode', 'ipcMode'].flatMap((member) =>
    definition[member] === 'host' ? [`${member} host`] : [],
  );
  const volumes = listIn(definition, 'volumes');
  const paths = volumes.flatMap((volume) => textsIn(objectIn(volume, 'host'), 'sourcePath'));
  // The local driver mounts any host path with `type=none,o=bind,device=/`. Options may contain passwords.
  // https://docs.docker.com/reference/cli/docker/volume/create/#opt
  const withDriverOptions = volumes.flatMap((volume) =>
    Object.keys(objectIn(objectIn(volume, 'dockerVolumeConfiguration'), 'driverOpts')).length === 0
      ? []
      : [`volume ${String(volume['name'])} with driver options`],
  );
  return {
    images: [...new Set(containers.flatMap((one) => textsIn(one, 'image')))],
    roles,
    privileges: [
      ...modes,
      ...paths.map((path) => `host path ${path}`),
      ...withDriverOptions,
      ...containers.flatMap(listPrivileges),
    ],
  };
}

function listPrivileges(container: Readonly<Record<string, unknown>>): string[] {
  const linux = objectIn(container, 'linuxParameters');
  const added = listOf(objectIn(linux, 'capabilities')['add']).filter((one) => typeof one === 'string');
  const devices = listIn(linux, 'devices').flatMap((device) => textsIn(device, 'hostPath'));
  const options = listOf(container['dockerSecurityOptions']).filter((one) => typeof one === 'string');
  const name = String(container['name']);
  return [
    ...(container['privileged'] === true ? [`container ${name} privileged`] : []),
    ...added.map((one) => `container ${name} capability ${one}`),
    ...devices.map((device) => `container ${name} device ${device}`),
    ...options.map((one) => `container ${name} security option ${one}`),
  ];
}

function objectIn(value: Readonly<Record<string, unknown>>, member: string): Record<string, unknown> {
  const inner = value[member];
  return isObject(inner) ? inner : {};
}

function listIn(value: Readonly<Record<string, unknown>>, member: string): Record<string, unknown>[] {
  return listOf(value[member]).filter(isObject);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsIn(value: Readonly<Record<string, unknown>>, member: string): string[] {
  const text = value[member];
  return typeof text === 'string' && text !== '' ? [text] : [];
}
