/** A dbt project as its files say it: plain facts, nothing is rendered to SQL here. */
@NullMarked
package ai.ipai.pipelines.project;

import org.jspecify.annotations.NullMarked;
