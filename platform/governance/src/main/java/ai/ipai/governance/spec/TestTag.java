package ai.ipai.governance.spec;

import ai.ipai.governance.yaml.FilePlace;

/**
 * A test that says which requirement it proves.
 *
 * @param test the class of a Java test, the path of any other
 */
public record TestTag(String requirement, String test, FilePlace place) {}
