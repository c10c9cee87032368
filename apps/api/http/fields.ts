import { z } from 'zod';

/** A line of text without control characters, blanks around it cut off. */
export const lineOfText = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .regex(/^\P{Cc}+$/u, 'Control characters are not allowed here.');

/** Millipoints leave the house as exact decimals of points. */
export const pointsField = z.string().meta({ example: '12.5', description: 'Points, exact decimal' });

/** A moment, ISO 8601 in UTC. */
export const momentField = z.string().meta({ format: 'date-time', example: '2026-01-05T02:00:00.000Z' });
