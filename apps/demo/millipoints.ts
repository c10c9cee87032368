/** Points travel as decimal strings with at most three decimals; sums are made in whole millipoints. */
export function readPoints(points: string): bigint {
  const [, sign = '', whole = '', decimals = ''] = /^(-?)(\d+)(?:\.(\d{1,3}))?$/.exec(points) ?? [];
  if (whole === '') throw new Error(`"${points}" is not an amount of points.`);
  return BigInt(`${sign}${whole}${decimals.padEnd(3, '0')}`);
}

export function writePoints(millipoints: bigint): string {
  const digits = String(millipoints < 0n ? -millipoints : millipoints).padStart(4, '0');
  const decimals = digits.slice(-3).replace(/0+$/, '');
  return `${millipoints < 0n ? '-' : ''}${digits.slice(0, -3)}${decimals === '' ? '' : `.${decimals}`}`;
}
