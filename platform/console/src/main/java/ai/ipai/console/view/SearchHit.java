package ai.ipai.console.view;

/**
 * A document that means something close to what was asked.
 *
 * @param similarity cosine, from -1 to 1
 */
public record SearchHit(
    String table, String key, String kind, String title, String text, double similarity) {}
