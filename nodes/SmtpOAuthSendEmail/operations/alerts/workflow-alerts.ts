import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { forgetProblems } from '../../alerting/problems/forget-problems';
import { joinState } from '../../alerting/problems/join-states';
import { parseState } from '../../alerting/problems/parse-state';
import { alertMemoryOf, type AlertMemory } from '../../registry/alert-memory';
import { processRegistry } from '../../registry/process-registry';
import { readProperty } from '../../untrusted/read-property';

/** Where the state lies in n8n's workflow static data: the same for all alert nodes and digests of it. */
const STATIC_DATA_KEY = 'smtpOAuthAlerts';

/** Tells apart the processes that write to the same database. */
const WRITER_LENGTH = 8;

/** n8n's store of one workflow; `undefined` where the host has none. */
function staticData(functions: IExecuteFunctions): object | undefined {
	try {
		return functions.getWorkflowStaticData('global');
	} catch {
		return undefined;
	}
}

/**
 * The memory of the workflow's alerts: what this process knows, and what other processes, or this one
 * before a restart, have left in n8n's workflow static data.
 */
export function openAlerts(functions: IExecuteFunctions): AlertMemory {
	const { id, name } = functions.getWorkflow();
	const writer = randomUUID().slice(0, WRITER_LENGTH);
	const workflow = id ?? name ?? '';
	const memory = alertMemoryOf(processRegistry().alertMemories, workflow, writer);
	const stored = parseState(readProperty(staticData(functions), STATIC_DATA_KEY));
	if (stored !== undefined && stored !== memory.state) {
		joinState(memory.state, stored);
		forgetProblems(memory.state, Date.now());
	}
	return memory;
}

/**
 * Has n8n keep the state when the execution ends. n8n gets the object that all executions of this
 * process change, so that it writes what is known by then. n8n keeps nothing of manual executions.
 */
export function keepAlerts(functions: IExecuteFunctions, { state }: AlertMemory): void {
	const data = staticData(functions);
	if (data !== undefined) Reflect.set(data, STATIC_DATA_KEY, state);
}
