/** Whether this process is a worker of n8n's queue mode. n8n tells by its first argument as well. */
export function isQueueWorker(): boolean {
	return process.argv[2] === 'worker';
}
