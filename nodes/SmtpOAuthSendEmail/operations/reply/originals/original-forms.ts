import type { OriginalForm } from './original-message';

/** What an item of each form is, for a sentence that begins with "The item is". */
export const WHAT_IT_IS: Readonly<Record<OriginalForm, string>> = {
	statusItem: 'a status item of this node',
	imapSimple: 'a message of Email Trigger (IMAP) in the format Simple',
	imapResolved: 'a message of Email Trigger (IMAP) in the format Resolved',
	imapRaw: 'a message of Email Trigger (IMAP) in the format RAW',
	gmail: 'a message of the Gmail node or trigger',
	gmailSimplified: 'a simplified message of the Gmail node or trigger',
	outlook: 'a message of the Microsoft Outlook node or trigger',
	outlookSimplified: 'a simplified message of the Microsoft Outlook node or trigger',
	plainFields: 'an item with fields of its own',
};

/** Where an item of each form can get the Message-ID from, in one sentence. */
export const HOW_TO_GET_ID: Readonly<Record<OriginalForm, string>> = {
	statusItem: 'Only a message that was sent has one.',
	imapSimple: 'The message came without one.',
	imapResolved: 'The message came without one.',
	imapRaw: 'In Email Trigger (IMAP), set Format to Resolved.',
	gmail: 'The message came without one.',
	gmailSimplified: 'In the Gmail node or trigger, switch Simplify off.',
	outlook: 'In the Microsoft Outlook node or trigger, let Fields include Internet Message ID.',
	outlookSimplified: 'In the Microsoft Outlook node or trigger, set Output to Raw.',
	plainFields: 'Give it in a field messageId.',
};
