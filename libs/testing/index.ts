export * from './fake-clock.js';
export * from './queue-backends.js';
export * from './test-database.js';
export * from './wait-for.js';
