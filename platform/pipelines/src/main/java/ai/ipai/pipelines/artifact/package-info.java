/** manifest.json and run_results.json, in dbt's schemas. */
@NullMarked
package ai.ipai.pipelines.artifact;

import org.jspecify.annotations.NullMarked;
