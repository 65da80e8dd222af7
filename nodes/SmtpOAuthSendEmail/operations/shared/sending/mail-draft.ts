import type { DeliveryOptions } from '../../../delivery/send-job';
import type { FileReference } from '../../../message/content/attachment-source';
import type { MessageBodies } from '../../../message/content/attribution';
import type { MessageFields } from '../../../message/fields/message-fields';

/** One message as an operation wants it: typed; addresses and headers not yet parsed. */
export interface MailDraft {
	/** Everything that the message is made of but the credential's user and the attachments' bytes. */
	readonly fields: Omit<MessageFields, 'user' | 'attachments'>;
	/** Whether the bodies get n8n's line at their end. */
	readonly appendAttribution: boolean;
	/** Files, mostly of the item, reachable as `cid:<property>`. */
	readonly attachments?: readonly FileReference[];
	/** Files, mostly of the item, attached as regular ones only. */
	readonly fileAttachments?: readonly FileReference[];
	/** What stands at the very end of the bodies, below n8n's line. */
	readonly quote?: Required<MessageBodies> | undefined;
	/** What of the message may not be as you want it, in a sentence each; for the status item. */
	readonly warnings?: readonly string[];
	readonly delivery: DeliveryOptions;
}
