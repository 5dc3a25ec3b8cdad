// The grants that an operator sees before the consent.
import { expect, test } from 'vitest';
import { listGrants } from '../../shared/restore/grants.ts';

test('lists images, roles and every access outside the container, and no values', () => {
  const definition = {
    taskRoleArn: 'arn:aws:iam::123456789012:role/admin',
    executionRoleArn: 'arn:aws:iam::123456789012:role/pull',
    networkMode: 'host',
    pidMode: 'host',
    ipcMode: 'host',
    volumes: [
      { name: 'docker', host: { sourcePath: '/var/run/docker.sock' } },
      { name: 'own', host: {} },
      { name: 'bind', dockerVolumeConfiguration: { driverOpts: { o: 'bind', device: '/hunter2' } } },
      { name: 'plain', dockerVolumeConfiguration: { driverOpts: {} } },
    ],
    containerDefinitions: [
      {
        name: 'app',
        image: 'app:1',
        privileged: true,
        environment: [{ name: 'PASSWORD', value: 'hunter2' }],
        command: ['--token=hunter2'],
        linuxParameters: {
          capabilities: { add: ['SYS_ADMIN', 'NET_RAW'], drop: ['ALL'] },
          devices: [{ hostPath: '/dev/kvm' }],
        },
      },
      { name: 'log', image: 'log:2', dockerSecurityOptions: ['apparmor:unconfined'] },
      { name: 'log-2', image: 'log:2', privileged: false },
    ],
  };
  expect(listGrants({ definition })).toEqual({
    images: ['app:1', 'log:2'],
    roles: ['taskRoleArn arn:aws:iam::123456789012:role/admin', 'executionRoleArn arn:aws:iam::123456789012:role/pull'],
    privileges: [
      'networkMode host',
      'pidMode host',
      'ipcMode host',
      'host path /var/run/docker.sock',
      'volume bind with driver options',
      'container app privileged',
      'container app capability SYS_ADMIN',
      'container app capability NET_RAW',
      'container app device /dev/kvm',
      'container log security option apparmor:unconfined',
    ],
  });
});

test.each([{}, { containerDefinitions: 'none', volumes: [7], networkMode: 'awsvpc', pidMode: 'task' }])(
  'lists nothing for a definition without grants: %j',
  (definition) => {
    expect(listGrants({ definition })).toEqual({ images: [], roles: [], privileges: [] });
  },
);
