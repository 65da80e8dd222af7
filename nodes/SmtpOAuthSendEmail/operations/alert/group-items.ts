import type { IExecuteFunctions } from 'n8n-workflow';
import { fingerprintOf } from '../../alerting/problems/fingerprint';
import type { ErrorReport } from '../../alerting/reading/error-report';
import { readErrorItem, type ReadingPlace } from '../../alerting/reading/read-error-item';
import { isObject, readProperty } from '../../untrusted/read-property';
import { createEventLoopYield } from '../host/yield-to-event-loop';
import { readGroupBy } from './read-alert-parameters';

/** The items of one execution that tell of the same problem. */
export interface ItemGroup {
	readonly fingerprint: string;
	/** What the first item says. */
	readonly first: ErrorReport;
	/** What the last item says. */
	last: ErrorReport;
	/** In input order; at least one. */
	readonly itemIndexes: number[];
	/** An error of the parameter that groups; `undefined` = none. */
	readonly error: unknown;
}

/** The problems that the items of an execution tell of. */
export interface GroupedItems {
	/** In the order of their first items. */
	readonly groups: readonly ItemGroup[];
	/** The field `alert` of items that came back to the node that could not send them, by their index. */
	readonly returned: ReadonlyMap<number, object>;
}

/** What an alert that this very node could not send, and that was led back to it, says of itself. */
function returnedAlert(
	json: unknown,
	{ previousNode }: ReadingPlace,
	nodeName: string,
): object | undefined {
	const alert = readProperty(readProperty(json, 'error'), 'alert');
	return previousNode === nodeName && isObject(alert) ? alert : undefined;
}

/** The fingerprint of what an item tells of; that of the error where the user's own key fails. */
function fingerprintAt(
	functions: IExecuteFunctions,
	itemIndex: number,
	{ workflow, node, errorClass, message }: ErrorReport,
): { readonly fingerprint: string; readonly error: unknown } {
	const traits = { workflow: workflow.id || workflow.name, node, errorClass, message };
	try {
		const groupBy = readGroupBy(functions, itemIndex);
		return { fingerprint: fingerprintOf(traits, groupBy), error: undefined };
	} catch (error: unknown) {
		return { fingerprint: fingerprintOf(traits, ''), error };
	}
}

/** Reads all items, and puts together those of the same problem. */
export async function groupItems(
	functions: IExecuteFunctions,
	place: ReadingPlace,
): Promise<GroupedItems> {
	const groups = new Map<string, ItemGroup>();
	const returned = new Map<number, object>();
	const yieldToEventLoop = createEventLoopYield();
	const nodeName = functions.getNode().name;
	for (const [itemIndex, item] of functions.getInputData().entries()) {
		const alert = returnedAlert(item.json, place, nodeName);
		if (alert !== undefined) {
			returned.set(itemIndex, alert);
			continue;
		}
		const report = readErrorItem(item, place);
		const { fingerprint, error } = fingerprintAt(functions, itemIndex, report);
		const key = `${fingerprint} ${String(error !== undefined)}`;
		const group = groups.get(key);
		if (group === undefined) {
			const itemIndexes = [itemIndex];
			groups.set(key, { fingerprint, first: report, last: report, itemIndexes, error });
		} else {
			group.itemIndexes.push(itemIndex);
			group.last = report;
		}
		await yieldToEventLoop();
	}
	return { groups: [...groups.values()], returned };
}
