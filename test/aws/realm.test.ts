import { describe, expect, test } from 'vitest';
import { realmOf, strayEndpoints } from '../../shared/aws/realm.ts';

describe('realmOf', () => {
  test.each([
    'https://ecs.eu-west-1.amazonaws.com',
    'https://bucket.s3.cn-north-1.amazonaws.com.cn',
    'https://ecs.eu-west-1.api.aws',
    'https://vpce-0a1b.ecs.eu-west-1.vpce.amazonaws.com',
    'https://ECS.eu-west-1.amazonaws.com.',
    'https://ecs.eu-isoe-west-1.cloud.adc-e.uk',
    'https://ecs.us-isof-south-1.csp.hci.ic.gov',
  ])('%s is AWS', (url) => {
    expect(realmOf(new URL(url))).toBe('AWS');
  });

  test.each([
    ['http://127.0.0.1:4566', 'http://127.0.0.1:4566'],
    ['https://amazonaws.com.example.org', 'https://amazonaws.com.example.org'],
    ['https://notamazonaws.com', 'https://notamazonaws.com'],
    ['https://amazonaws.com', 'https://amazonaws.com'],
  ])('%s is another machine', (url, realm) => {
    expect(realmOf(new URL(url))).toBe(realm);
  });
});

describe('strayEndpoints', () => {
  test.each([
    { env: {}, stray: [] },
    { env: { AWS_ENDPOINT_URL: 'http://localhost:4566' }, stray: [] },
    {
      env: { AWS_ENDPOINT_URL: 'http://localhost:4566', AWS_ENDPOINT_URL_S3: 'http://localhost:4566/' },
      stray: [],
    },
    {
      env: { AWS_ENDPOINT_URL_SCHEDULER: 'http://localhost:4566' },
      stray: ['AWS_ENDPOINT_URL_SCHEDULER'],
    },
    {
      env: {
        AWS_ENDPOINT_URL: 'http://localhost:4566',
        AWS_ENDPOINT_URL_ECS: 'https://ecs.eu-west-1.amazonaws.com',
      },
      stray: ['AWS_ENDPOINT_URL_ECS'],
    },
    { env: { AWS_ENDPOINT_URL_ECS: 'https://vpce-1.ecs.eu-west-1.vpce.amazonaws.com' }, stray: [] },
    { env: { AWS_ENDPOINT_URL_ECS: '' }, stray: [] },
    {
      env: { AWS_ENDPOINT_URL_ECS: 'http://localhost:1', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      stray: [],
    },
  ])('of $env are $stray', ({ env, stray }) => {
    expect(strayEndpoints(env)).toEqual(stray);
  });
});
