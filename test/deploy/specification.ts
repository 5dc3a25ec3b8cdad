// Checks a template against AWS's own specification of every resource type: misspelt properties, a
// string for a number, a value that is none of the allowed, a missing property, a reference to what is not there. Without it
// the first to notice would be a deployment.
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import * as z from 'zod';
import type { Template } from './stack.ts';

const database = loadAwsServiceSpecSync();
type Resource = NonNullable<ReturnType<typeof specificationOf>>;
type Properties = Resource['properties'];
type PropertyType = Properties[string]['type'];

/** The mistakes of the template, one line each. */
export function faultsOf(template: Template): string[] {
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties, DependsOn }]) => {
    const specification = specificationOf(Type);
    if (specification === undefined) return [`${id}: ${Type} is no resource type`];
    const absent = [DependsOn ?? []].flat().filter((other) => !(other in template.Resources));
    return faultsOfObject(Properties, specification.properties, id)
      .concat(faultsOfReferences(Properties, template, id))
      .concat(absent.map((other) => `${id}: depends on ${other}`));
  });
}

/** The properties of a resource that cannot change: with another value CloudFormation makes another resource. */
export function fixedOf({ Type, Properties }: Template['Resources'][string]): Record<string, unknown> {
  const known = specificationOf(Type)?.properties ?? {};
  return Object.fromEntries(Object.entries(Properties).filter(([name]) => known[name]?.causesReplacement === 'yes'));
}

function specificationOf(type: string) {
  return database.lookup('resource', 'cloudFormationType', 'equals', type)[0];
}

function faultsOfObject(value: object, properties: Properties, path: string): string[] {
  const unknown = Object.keys(value).filter((name) => !(name in properties));
  const missing = Object.keys(properties).filter((name) => properties[name]?.required && !(name in value));
  return [
    ...unknown.map((name) => `${path}.${name}: no such property`),
    ...missing.map((name) => `${path}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const property = properties[name];
      return property ? faultsOfValue(inner, property.type, `${path}.${name}`) : [];
    }),
  ];
}

function faultsOfValue(value: unknown, type: PropertyType, path: string): string[] {
  if (isFunction(value)) return []; // what it gives is known at deployment only
  switch (type.type) {
    case 'string':
      if (typeof value !== 'string') return [`${path}: not a string`];
      return oneOf(value, type.allowedValues, path);
    case 'integer':
      return Number.isInteger(value) ? [] : [`${path}: not a whole number`];
    case 'number':
      return typeof value === 'number' ? [] : [`${path}: not a number`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path}: neither true nor false`];
    case 'array':
      if (!Array.isArray(value)) return [`${path}: not a list`];
      return value.flatMap((item, n) => faultsOfValue(item, type.element, `${path}[${n}]`));
    case 'map':
      if (!isObject(value)) return [`${path}: not a map`];
      return Object.entries(value).flatMap(([key, item]) => faultsOfValue(item, type.element, `${path}.${key}`));
    case 'ref': {
      const { properties } = database.get('typeDefinition', type.reference.$ref);
      return isObject(value) ? faultsOfObject(value, properties, path) : [`${path}: not an object`];
    }
    case 'union': {
      // The intended alternative is probably the one with the fewest mistakes.
      const faults = type.types.map((member) => faultsOfValue(value, member, path));
      return faults.sort((a, b) => a.length - b.length)[0] ?? [];
    }
    case 'json':
    case 'tag':
    case 'date-time':
    case 'null':
      break; // the specification says no more
  }
  return [];
}

function oneOf(value: string, allowed: readonly unknown[] | undefined, path: string): string[] {
  return allowed === undefined || allowed.includes(value) ? [] : [`${path}: ${value} is not allowed`];
}

/** Each Ref, Fn::GetAtt and Fn::Sub, however deep, leads to a resource of the template and an attribute that it has. */
function faultsOfReferences(value: unknown, template: Template, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, n) => faultsOfReferences(item, template, `${path}[${n}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return targets([String(inner)]);
    if (key === 'Fn::GetAtt') return targets([z.array(z.string()).parse(inner).join('.')]);
    if (key === 'Fn::Sub')
      return targets([...String(inner).matchAll(/\$\{([^}]+)\}/gu)].map(([, name]) => String(name)));
    return faultsOfReferences(inner, template, `${path}.${key}`);
  });

  function targets(names: string[]): string[] {
    return names
      .filter((name) => !name.startsWith('AWS::'))
      .filter((name) => {
        const [id = '', attribute] = name.split('.');
        const resource = template.Resources[id];
        if (resource === undefined) return true;
        return attribute !== undefined && !(attribute in (specificationOf(resource.Type)?.attributes ?? {}));
      })
      .map((name) => `${path}: refers to ${name}`);
  }
}

function isFunction(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [key, ...more] = Object.keys(value);
  return more.length === 0 && key !== undefined && /^(Ref$|Fn::)/u.test(key);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
