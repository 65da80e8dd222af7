import { rm } from 'node:fs/promises';
import type { IBinaryData, IDataObject, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { jsonParse } from 'n8n-workflow';
import type { Answer } from './answer/decide';
import type { AnswerFile } from './forms/form-values';
import type { Submission } from './forms/submission';

/** A file of an answer, kept by n8n. */
interface KeptFile {
	readonly of: AnswerFile;
	readonly data: IBinaryData;
}

async function keepFiles(functions: IWebhookFunctions, answer: Answer): Promise<KeptFile[]> {
	const kept: KeptFile[] = [];
	for (const of of answer.files) {
		const { path, name, mimeType } = of.file;
		kept.push({ of, data: await functions.nodeHelpers.copyBinaryFile(path, name, mimeType) });
	}
	return kept;
}

/** What a workflow with combined binary data has instead of the description of a file. */
function filesInJson(kept: readonly KeptFile[]): [string, IBinaryData | IBinaryData[]][] {
	return kept.map(({ of: { label, isInList }, data }) => {
		const all = kept.filter((file) => file.of.label === label);
		return [label, isInList ? all.map((file) => file.data) : data];
	});
}

/**
 * The output item of an answer. Its files become binary data as in n8n's own forms: properties of
 * their own, or within the `json` where the workflow combines both.
 *
 * @param respondedAt ISO 8601
 */
export async function answerItem(
	functions: IWebhookFunctions,
	answer: Answer,
	respondedAt: string,
): Promise<INodeExecutionData> {
	const kept = await keepFiles(functions, answer);
	const isCombined = functions.getWorkflowSettings().binaryMode === 'combined';
	const data = {
		...Object.fromEntries(answer.values),
		...(isCombined ? Object.fromEntries(filesInJson(kept)) : {}),
		// Last, so that no field of a form takes their place.
		respondedAt,
		respondedBy: answer.respondedBy,
	};
	return {
		json: { data: jsonParse<IDataObject>(JSON.stringify(data)) },
		...(kept.length === 0 || isCombined
			? {}
			: { binary: Object.fromEntries(kept.map(({ of, data }) => [of.property, data])) }),
		pairedItem: { item: 0 },
	};
}

/** Removes the files of a request that n8n has put aside; n8n 1 leaves them there. Never fails. */
export async function discardFiles({ files }: Submission): Promise<void> {
	const removals = [...files.values()].flat().map(({ path }) => rm(path, { force: true }));
	await Promise.allSettled(removals);
}
