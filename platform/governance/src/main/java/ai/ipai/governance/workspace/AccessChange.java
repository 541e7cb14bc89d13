package ai.ipai.governance.workspace;

/**
 * What somebody would newly see, or no longer see, on relations that exist.
 *
 * @param isWider whether somebody would see more than before
 * @param subject who, such as {@code ipai_bi_developer}
 * @param object what, such as {@code gold_finance.invoice.iban}
 * @param text the change for people
 */
public record AccessChange(boolean isWider, String subject, String object, String text) {}
