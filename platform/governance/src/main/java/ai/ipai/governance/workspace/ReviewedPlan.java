package ai.ipai.governance.workspace;

/**
 * What somebody looked at and approved.
 *
 * @param wanted the declarations, as {@link WorkspacePlan#wanted()}
 * @param base the state of the database, as {@link WorkspacePlan#base()}
 */
public record ReviewedPlan(String wanted, String base) {
  public static ReviewedPlan of(WorkspacePlan plan) {
    return new ReviewedPlan(plan.wanted(), plan.base());
  }
}
