export { createWorker, type WorkerOverrides } from './create-worker.js';
