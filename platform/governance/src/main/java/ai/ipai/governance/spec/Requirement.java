package ai.ipai.governance.spec;

import ai.ipai.governance.yaml.FilePlace;

/**
 * One promise of a feature.
 *
 * @param id such as {@code REQ-GOV-001}, unique over the repository
 * @param isDone whether the feature claims to keep it
 */
public record Requirement(String id, boolean isDone, String statement, FilePlace place) {}
