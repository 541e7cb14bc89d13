package ai.ipai.console.view;

/** How many rows of a table are held back. */
public record QuarantineView(String table, String expectation, long rows) {}
