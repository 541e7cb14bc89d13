package ai.ipai.ingest.push;

/**
 * One delivery as it came over the wire; the headers are those of Standard Webhooks.
 *
 * @param id {@code webhook-id}: the batch key; the same again stores nothing
 * @param timestamp {@code webhook-timestamp}: seconds since 1970
 * @param signature {@code webhook-signature}: {@code v1,} and Base64, several with blanks between
 * @param body as it was sent, byte for byte
 */
@SuppressWarnings("ArrayRecordComponent") // It is read once and compared never.
public record Delivery(String id, String timestamp, String signature, byte[] body) {}
