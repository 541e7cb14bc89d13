package ai.ipai.console.view;

/** A dashboard in a list. */
public record DashboardSummary(String name, String title, String description, int tiles) {}
