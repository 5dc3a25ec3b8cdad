/** Encodes and decodes the position in a page's `NextMarker`. */
export function markerOf(position: number): string {
  return Buffer.from(`from ${position}`).toString('base64url');
}

/** @returns undefined for a marker that the sandbox did not create */
export function positionIn(marker: string): number | undefined {
  const [, position] = /^from (\d+)$/.exec(Buffer.from(marker, 'base64url').toString()) ?? [];
  return position === undefined ? undefined : Number(position);
}
